local function split(text, separator)
  local fields, start = {}, 1
  while true do
    local at = text:find(separator, start, true)
    if not at then break end
    fields[#fields + 1] = text:sub(start, at - 1)
    start = at + #separator
  end
  fields[#fields + 1] = text:sub(start)
  return fields
end

local sum = 0
for i = 0, 49999 do
  local line = ""
  for n = i, i + 9 do
    line = line .. "," .. n
  end
  local fields = split(line, ",")
  local joined = ""
  for at = 1, #fields do
    joined = joined .. fields[at] .. ";"
  end
  sum = sum + #fields + #joined
end
print(sum)
