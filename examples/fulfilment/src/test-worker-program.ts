// A worker in a process of its own, which hangs before the step that STOP_BEFORE names, so that a test can kill it there.
import { readConfig } from './config.ts'
import { openShop } from './shop.ts'
import { openDatabase } from './tables.ts'
import { createWorker } from './worker.ts'

const { databaseUrl, gatewayUrl, token } = readConfig()
const stopBefore = process.env.STOP_BEFORE

createWorker({
  sql: openDatabase(databaseUrl),
  shop: openShop(gatewayUrl, token),
  print: console.log,
  warn: console.error,
  beforeStep: step => {
    if (step !== stopBefore) return
    console.log('reached')
    return new Promise(() => {})
  },
}).start()
