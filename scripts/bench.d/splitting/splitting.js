let sum = 0;
for (let i = 0; i < 50000; i++) {
  let line = "";
  for (let n = i; n < i + 10; n++) {
    line = line + "," + n;
  }
  const fields = line.split(",");
  sum += fields.length + fields.map((field) => field + ";").reduce((a, b) => a + b).length;
}
console.log(sum);
