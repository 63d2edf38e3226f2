// Runs the statements of a file, or the one statement given, in DuckDB, in memory and with one
// thread, and prints rows as sqlite3 does: fields with a bar between.
//
//     node duckdb.cjs FILE.sql | -c STATEMENT
//
// The module @duckdb/node-api is where NODE_PATH says: scripts/setup bench installs it.
const fs = require('fs')
const { DuckDBInstance } = require('@duckdb/node-api')

async function main(file, statement) {
  const text = file === '-c' ? statement : fs.readFileSync(file, 'utf8')
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  for (const sql of text.split(';').filter(part => part.trim())) {
    const result = await connection.runAndReadAll(sql)
    for (const row of result.getRows()) {
      // At once, as who reads it takes the time.
      fs.writeSync(1, row.join('|') + '\n')
    }
  }
}

main(...process.argv.slice(2)).catch(error => {
  console.error(`duckdb: ${error.message}`)
  process.exit(1)
})
