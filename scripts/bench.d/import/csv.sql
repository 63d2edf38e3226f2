create table r (user int, product int, stars int, note text, at int);
.import --csv --skip 1 rows.csv r
