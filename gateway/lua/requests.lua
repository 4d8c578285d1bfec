-- What a request must look like before any other filter reads it.

local PROGRESS_PATH = "^/api/strategy%-builder/quick%-test/[^/?]+/progress$"

-- Headers that only this gateway may set.
local OWN_HEADERS = { "x-envoy-original-method", "x-envoy-original-path", "x-sb-enveloped" }

local function is_progress(path)
  return path:match("^[^?]*"):find(PROGRESS_PATH) ~= nil
end

-- Returns the path without the parameter and the parameter's last value, nil where it is absent.
local function take_parameter(path, name)
  local plain, query = path:match("^([^?]*)%??(.*)$")
  local kept, value = {}, nil
  for part in query:gmatch("[^&]+") do
    local key, text = part:match("^([^=]*)=?(.*)$")
    if key == name then value = text else kept[#kept + 1] = part end
  end
  return #kept > 0 and plain .. "?" .. table.concat(kept, "&") or plain, value
end

local function add_parameter(path, name, value)
  return path .. (path:find("?", 1, true) and "&" or "?") .. name .. "=" .. value
end

-- EventSource can send no header: its token comes as a parameter, on this path alone, and becomes the header.
local function adopt_token(headers, path)
  local rest, token = take_parameter(path, "access_token")
  if token and not headers:get("authorization") then headers:replace("authorization", "Bearer " .. token) end
  return rest
end

-- A browser that comes back says which event it saw last.
local function adopt_last_event(headers, path)
  local last = headers:get("last-event-id")
  if not (last and #last <= 10 and last:find("^%d+$")) then return path end
  local rest = take_parameter(path, "after_sequence")
  return add_parameter(rest, "after_sequence", last)
end

-- An id becomes part of logs and headers: printable, short, without blanks.
local function clean_request_id(headers)
  local id = headers:get("x-request-id")
  if not id then return end
  local clean = id:gsub("[^%w%.%-_]", ""):sub(1, 64)
  if clean ~= id then headers:replace("x-request-id", clean ~= "" and clean or "unreadable") end
end

function envoy_on_request(handle)
  local headers = handle:headers()
  for _, name in ipairs(OWN_HEADERS) do headers:remove(name) end
  clean_request_id(headers)
  local request_id = headers:get("x-request-id") or ""
  handle:streamInfo():dynamicMetadata():set("strategybuilder", "request_id", request_id)
  local path = headers:get(":path") or "/"
  if not is_progress(path) then return end
  handle:streamInfo():dynamicMetadata():set("strategybuilder", "progress", true)
  local rest = adopt_last_event(headers, adopt_token(headers, path))
  if rest ~= path then headers:replace(":path", rest) end
end
