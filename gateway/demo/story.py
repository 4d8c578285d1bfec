"""The main job: a drawn flow becomes Python, is checked, runs on Qlib, and shows its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codegen_core.json_value import JsonValue
from gateway.demo.chart import draw_equity_curve
from gateway.demo.client import DemoError, RestClient
from gateway.demo.view import View, metric_rows

POOL, SPAN = "CSI300", "1Y"


def tell(client: RestClient, flow: dict[str, JsonValue], view: View, picture: Path) -> None:
    """Does every step in order. Raises DemoError at the first that fails."""
    strategy = client.post("/strategies", name="Double moving average", logic_flow=flow)
    code = _generate(client, strategy["id"], flow, view)
    _validate(client, code, view)
    test_id = _run(client, strategy["id"], view)
    _show(client, test_id, view, picture)


def _generate(client: RestClient, strategy_id: str, flow: dict[str, JsonValue], view: View) -> str:
    generated = client.post("/generate-code", instance_id=strategy_id, logic_flow=flow)
    code: str = generated["generated_code"]
    view.step(f"Generated code: {generated['line_count']} lines in {generated['generation_time']:.2f} s")
    view.code(code)
    return code


def _validate(client: RestClient, code: str, view: View) -> None:
    verdict = client.post("/validate-code", code=code, strict_mode=True)
    view.step(f"Validation: {verdict['validation_status']}")
    for name, check in verdict["checks"].items():
        view.line(f"  {name.replace('_', ' ')}: {'passed' if check['passed'] else 'FAILED'}")
    if not verdict["is_valid"]:
        raise DemoError(f"the generated code is {verdict['validation_status']}: {_findings(verdict['checks'])}")


def _findings(checks: dict[str, Any]) -> str:
    found = [*checks["security"]["violations"], *checks["look_ahead"]["findings"]]
    return "; ".join(f"line {finding['line']}: {finding['message']}" for finding in found)


def _run(client: RestClient, strategy_id: str, view: View) -> str:
    config = {"date_range": SPAN, "stock_pool": POOL}
    accepted = client.post("/quick-test", instance_id=strategy_id, test_name="demo", test_config=config)
    test_id: str = accepted["test_id"]
    view.step(f"Quick test {test_id}: {SPAN} of {POOL}")
    last = view.progress(client.progress(test_id))
    if last["status"] != "COMPLETED":
        raise DemoError(f"the quick test ended {last['status']}: {last.get('error_message', 'no reason given')}")
    return test_id


def _show(client: RestClient, test_id: str, view: View, picture: Path) -> None:
    test = client.get(f"/quick-test/{test_id}")
    result = client.get(f"/quick-test/{test_id}/result")
    market = "SYNTHETIC data" if result["is_synthetic"] else f"data {result['data_version']}"
    view.step(f"Metrics, {market}")
    view.table("", metric_rows(_metrics(test)))
    draw_equity_curve(result, f"Double moving average, {POOL}, {SPAN}", picture)
    view.step(f"Equity curve: {picture}")


def _metrics(test: dict[str, Any]) -> dict[str, Any]:
    metrics: dict[str, Any] = test.get("metrics_summary") or {}
    if not metrics:
        raise DemoError("the completed test has no metrics")
    return metrics
