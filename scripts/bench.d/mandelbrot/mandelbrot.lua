local function steps(cx, cy)
  local zx, zy = 0.0, 0.0
  for _ = 1, 50 do
    local x = zx * zx - zy * zy + cx
    local y = 2.0 * zx * zy + cy
    if x * x + y * y > 4.0 then
      zx, zy = 2.0, 0.0
    else
      zx, zy = x, y
    end
  end
  return zx, zy
end

local inside = 0
for row = 0, 127 do
  for column = 0, 127 do
    local x, y = steps(column / 64.0 - 1.5, row / 64.0 - 1.0)
    if x * x + y * y < 4.0 then inside = inside + 1 end
  end
end
print(inside)
