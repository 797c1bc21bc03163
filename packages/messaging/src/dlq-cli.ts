// npm run dlq -- list|show|redrive|discard: reads and handles dead letters.
import { runDlq } from './dlq.ts'

try {
  await runDlq(process.argv.slice(2), console.log)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
