-- Server-Sent Events: the transcoder writes `data: {...}` and a blank line for each message; a browser that is to
-- resume also needs `id:`, which is the event's sequence number.

local EVENT_END = "\n\n"

local function with_id(event)
  local sequence = event:match('[{,]"sequence":(%d+)')
  return sequence and "id: " .. sequence .. "\n" .. event or event
end

-- Returns the whole events at the beginning of `text`, each with its id, and the incomplete rest.
local function split_events(text)
  local events, from = {}, 1
  while true do
    local last = select(2, text:find(EVENT_END, from, true))
    if not last then return table.concat(events), text:sub(from) end
    events[#events + 1] = with_id(text:sub(from, last))
    from = last + 1
  end
end

local function add_ids(handle)
  local rest = ""
  for chunk in handle:bodyChunks() do
    local length = chunk:length()
    if length > 0 then
      local events
      events, rest = split_events(rest .. chunk:getBytes(0, length))
      chunk:setBytes(events)
    end
  end
end
