local sum = 0
for i = 0, 99999 do
  local line = "user" .. i .. "@host" .. i % 7 .. ".example.org"
  if line:find("[a-z]+[0-9]*5@[a-z]+[0-6]%.example%.org") then sum = sum + 1 end
end
print(sum)
