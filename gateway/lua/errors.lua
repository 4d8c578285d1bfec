-- From google.rpc.Status, as the transcoder prints it, to the status and the body of an error in the envelope.

-- gRPC status number to HTTP status and error code.
local ERRORS = {
  [1] = { 499, "CANCELLED" },
  [2] = { 500, "INTERNAL_ERROR" },
  [3] = { 400, "VALIDATION_ERROR" },
  [4] = { 504, "DEADLINE_EXCEEDED" },
  [5] = { 404, "RESOURCE_NOT_FOUND" },
  [6] = { 409, "DUPLICATE_ENTRY" },
  [7] = { 403, "FORBIDDEN" },
  [8] = { 429, "RATE_LIMITED" },
  [9] = { 409, "FAILED_PRECONDITION" },
  [10] = { 409, "CONFLICT" },
  [11] = { 400, "VALIDATION_ERROR" },
  [12] = { 501, "NOT_IMPLEMENTED" },
  [13] = { 500, "INTERNAL_ERROR" },
  [14] = { 503, "SERVICE_UNAVAILABLE" },
  [15] = { 500, "INTERNAL_ERROR" },
  [16] = { 401, "UNAUTHORIZED" },
}

local FAILED_PRECONDITION, RESOURCE_EXHAUSTED = 9, 8

-- Returns the first detail whose type ends in `name`, an empty table where there is none.
local function detail_of(status, name)
  for _, detail in ipairs(type(status.details) == "table" and status.details or {}) do
    local kind = type(detail) == "table" and detail["@type"] or ""
    if type(kind) == "string" and kind:sub(-#name) == name then return detail end
  end
  return {}
end

local function violations_of(status)
  local written = {}
  for _, violation in ipairs(detail_of(status, "google.rpc.BadRequest").field_violations or {}) do
    written[#written + 1] = '{"field":' .. json.quote(violation.field)
      .. ',"message":' .. json.quote(violation.description)
      .. ',"code":' .. json.quote(violation.reason) .. "}"
  end
  return "[" .. table.concat(written, ",") .. "]"
end

local function error_json(code, message, details)
  return '{"code":' .. json.quote(code) .. ',"message":' .. json.quote(message) .. ',"details":' .. details .. "}"
end

-- gRPC itself refuses a message that is too large, with the status of an exhausted quota and no reason.
local function is_too_large(status)
  return status.code == RESOURCE_EXHAUSTED and type(status.message) == "string"
    and status.message:find("Received message larger than max", 1, true) ~= nil
end

-- Two statuses tell their kind by ErrorInfo's reason; every other has one code.
local function http_and_code(status)
  local http, code = unpack(ERRORS[status.code] or ERRORS[2])
  local reason = detail_of(status, "google.rpc.ErrorInfo").reason
  if type(reason) ~= "string" or reason == "" then return http, code end
  if status.code == FAILED_PRECONDITION then return reason == "LOGIC_FLOW_INVALID" and 422 or http, reason end
  if status.code == RESOURCE_EXHAUSTED then return http, reason end
  return http, code
end

-- Returns the HTTP status and the error object of an upstream's error; an internal one is told by its request id only.
local function upstream_error(body, request_id)
  local status = json.read_object(body) or {}
  if is_too_large(status) then
    return 413, error_json("PAYLOAD_TOO_LARGE", "The request is larger than a service takes", "[]")
  end
  local http, code = http_and_code(status)
  if code == "INTERNAL_ERROR" then
    return http, error_json(code, "The request failed for an internal reason; request id " .. request_id, "[]")
  end
  return http, error_json(code, status.message, violations_of(status))
end
