function steps(cx, cy) {
  let zx = 0.0, zy = 0.0;
  for (let i = 0; i < 50; i++) {
    const x = zx * zx - zy * zy + cx;
    const y = 2.0 * zx * zy + cy;
    if (x * x + y * y > 4.0) {
      zx = 2.0;
      zy = 0.0;
    } else {
      zx = x;
      zy = y;
    }
  }
  return [zx, zy];
}

let inside = 0;
for (let row = 0; row < 128; row++) {
  for (let column = 0; column < 128; column++) {
    const [x, y] = steps(column / 64.0 - 1.5, row / 64.0 - 1.0);
    if (x * x + y * y < 4.0) {
      inside++;
    }
  }
}
console.log(inside);
