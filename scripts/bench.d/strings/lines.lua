local sum = 0
for i = 0, 499999 do
  local line = (("item-" .. i .. ": ") .. tostring(i * 31) .. " pieces"):upper()
  local colon = line:find(":", 1, true) - 1
  sum = sum + #line + colon + #line:sub(6, colon)
end
print(sum)
