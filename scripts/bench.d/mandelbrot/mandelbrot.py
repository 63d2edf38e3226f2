def steps(cx, cy):
    zx = zy = 0.0
    for _ in range(50):
        x = zx * zx - zy * zy + cx
        y = 2.0 * zx * zy + cy
        zx, zy = (2.0, 0.0) if x * x + y * y > 4.0 else (x, y)
    return zx, zy


inside = 0
for row in range(128):
    for column in range(128):
        x, y = steps(column / 64.0 - 1.5, row / 64.0 - 1.0)
        inside += x * x + y * y < 4.0
print(inside)
