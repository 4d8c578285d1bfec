-- The envelope around every JSON answer of an upstream. gRPC, gRPC-web, events and pictures pass as they are.

-- What tells of the inside of the suite, and means nothing to any caller.
local INNER_HEADERS = { "x-envoy-upstream-service-time", "x-envoy-upstream-healthchecked-cluster" }

-- Headers of the gRPC side that mean nothing to a REST client.
local GRPC_HEADERS = { "grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-accept-encoding", "grpc-encoding" }

local function begins(text, prefix)
  return text ~= nil and text:sub(1, #prefix) == prefix
end

local function noted(handle, name)
  local notes = handle:streamInfo():dynamicMetadata():get("strategybuilder")
  return notes and notes[name]
end

local function timestamp(handle)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(tonumber(handle:timestamp()) / 1000))
end

-- Some methods show one field of their response in its place: `{"field":value}` becomes the value.
local function bare(handle, body)
  local field = handle:metadata():get("bare_field")
  local prefix = field and '{"' .. field .. '":'
  if not (prefix and begins(body, prefix)) then return body end
  return body:sub(#prefix + 1, -2)
end

local function success(handle, body)
  body = body == "" and "{}" or bare(handle, body)
  return '{"success":true,"data":' .. body .. ',"error":null,"timestamp":"' .. timestamp(handle) .. '"}'
end

local function failure(handle, told)
  return '{"success":false,"data":null,"error":' .. told .. ',"timestamp":"' .. timestamp(handle) .. '"}'
end

local function remove_all(headers, names)
  for _, name in ipairs(names) do headers:remove(name) end
end

local function read_body(handle)
  local buffer = handle:body(true)
  return buffer, buffer:getBytes(0, buffer:length())
end

-- A service names another status of success, such as 201, by its initial metadata.
local function adopt_status(headers)
  local wanted = headers:get("x-http-status")
  if not wanted then return end
  headers:remove("x-http-status")
  headers:replace(":status", wanted)
end

local function envelop(handle)
  local succeeded = tonumber(handle:headers():get(":status")) < 400
  local buffer, body = read_body(handle)
  if succeeded then
    buffer:setBytes(success(handle, body))
    return
  end
  local http, told = upstream_error(body, noted(handle, "request_id") or "")
  handle:headers():replace(":status", tostring(http))
  buffer:setBytes(failure(handle, told))
end

-- A stream that has nothing more to tell ends an EventSource's reconnecting: 204, without a body.
local function is_past_end(headers)
  return headers:get(":status") == "204"
end

local function stream_events(handle, headers)
  if is_past_end(headers) then
    headers:remove("content-type")
    headers:remove("content-length")
    return
  end
  headers:replace("cache-control", "no-cache")
  add_ids(handle)
end

function envoy_on_response(handle)
  local headers = handle:headers()
  remove_all(headers, INNER_HEADERS)
  if headers:get("x-sb-enveloped") then
    headers:remove("x-sb-enveloped")
    return
  end
  local kind = headers:get("content-type")
  if begins(kind, "application/grpc") then return end
  adopt_status(headers)
  remove_all(headers, GRPC_HEADERS)
  if noted(handle, "progress") and tonumber(headers:get(":status")) < 400 then
    stream_events(handle, headers)
  elseif begins(kind, "application/json") then
    envelop(handle)
  end
end
