-- A reader for the one JSON document that the filter must understand, google.rpc.Status, and a writer of strings.
-- Lua in Envoy comes without a JSON library. A value is a string, a number, a boolean, NULL or a table.

local NULL = {}
local json = {}
local read_value

local ESCAPED = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ["/"] = "/", ["\\"] = "\\", ['"'] = '"' }

local function skip_space(text, at)
  return text:find("[^ \t\r\n]", at) or error("the text ends too early")
end

-- Returns the last byte of a code in UTF-8 and the bits that are left for the bytes before it.
local function continuation(code)
  return string.char(0x80 + code % 0x40), math.floor(code / 0x40)
end

local function utf8_bytes(code)
  if code < 0x80 then return string.char(code) end
  local last, rest = continuation(code)
  if code < 0x800 then return string.char(0xC0 + rest) .. last end
  local middle
  middle, rest = continuation(rest)
  if code < 0x10000 then return string.char(0xE0 + rest) .. middle .. last end
  local second
  second, rest = continuation(rest)
  return string.char(0xF0 + rest) .. second .. middle .. last
end

-- Returns the character of a \u escape whose digits begin at `at`, and the position after it; surrogates come in pairs.
local function read_unicode(text, at)
  local code = tonumber(text:sub(at, at + 3), 16) or error("a bad unicode escape")
  local low = code >= 0xD800 and code < 0xDC00 and text:match("^\\u(%x%x%x%x)", at + 4)
  if not low then return utf8_bytes(code), at + 4 end
  return utf8_bytes(0x10000 + (code - 0xD800) * 0x400 + tonumber(low, 16) - 0xDC00), at + 10
end

local function read_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local mark = text:find('["\\]', from) or error("a string without an end")
    parts[#parts + 1] = text:sub(from, mark - 1)
    if text:sub(mark, mark) == '"' then return table.concat(parts), mark + 1 end
    local letter = text:sub(mark + 1, mark + 1)
    if letter == "u" then
      parts[#parts + 1], from = read_unicode(text, mark + 2)
    else
      parts[#parts + 1], from = ESCAPED[letter] or error("a bad escape"), mark + 2
    end
  end
end

-- Reads the members of an object or an array up to `close`; `read_member` stores one and returns the position after it.
local function read_members(text, at, close, read_member)
  local members = {}
  at = skip_space(text, at + 1)
  if text:sub(at, at) == close then return members, at + 1 end
  while true do
    at = skip_space(text, read_member(members, at))
    local mark = text:sub(at, at)
    if mark == close then return members, at + 1 end
    if mark ~= "," then error("a comma is missing") end
    at = skip_space(text, at + 1)
  end
end

local function read_object(text, at)
  return read_members(text, at, "}", function(members, from)
    local name, after = read_string(text, from)
    members[name], after = read_value(text, skip_space(text, after) + 1)
    return after
  end)
end

local function read_array(text, at)
  return read_members(text, at, "]", function(members, from)
    local after
    members[#members + 1], after = read_value(text, from)
    return after
  end)
end

local WORDS = { ["true"] = true, ["false"] = false, ["null"] = NULL }

function read_value(text, at)
  at = skip_space(text, at)
  local first = text:sub(at, at)
  if first == '"' then return read_string(text, at) end
  if first == "{" then return read_object(text, at) end
  if first == "[" then return read_array(text, at) end
  local word = text:match("^[%w%.%+%-]+", at) or error("not a value")
  local value = WORDS[word]
  if value == nil then value = tonumber(word) end
  return value, at + #word
end

-- Returns the table that `text` holds, or nil where it is not a JSON object.
function json.read_object(text)
  local sound, value = pcall(read_value, text, 1)
  if sound and type(value) == "table" and value ~= NULL then return value end
end

local function escape(character)
  return string.format("\\u%04x", character:byte())
end

-- Returns `value` as a JSON string; anything but a string as an empty one.
function json.quote(value)
  if type(value) ~= "string" then return '""' end
  return '"' .. value:gsub('[%c"\\]', escape) .. '"'
end
