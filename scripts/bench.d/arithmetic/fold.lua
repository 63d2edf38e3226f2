local function fold(from, till, start, step)
  local value = start
  for i = from, till - 1 do value = step(value, i) end
  return value
end
print(fold(0, 5000000, 0, function(sum, i) return (sum * 31 + i) % 1000003 end))
