import { createTestDatabase } from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase } from './database.ts'
import { startTestPooler } from './test-pooler.ts'

async function openTested(): Promise<string> {
  const database = await createTestDatabase('sessions')
  onTestFinished(() => database.drop())
  return database.url
}

function open(url: string) {
  const database = openDatabase({ url, name: 'sessions', poolSize: 4 })
  onTestFinished(() => database.close())
  return database
}

it('takes connections that are sessions of PostgreSQL', async () => {
  const database = open(await openTested())
  await database.requireSessions()
  // The pool has its connections back.
  await Promise.all(Array.from({ length: 8 }, () => database.check()))
})

it('refuses a pooler in transaction mode, and says what to do', async () => {
  const pooler = await startTestPooler(await openTested())
  onTestFinished(() => pooler.close())
  const database = open(pooler.url)
  await database.check()
  await expect(database.requireSessions()).rejects.toThrow(
    /shares its connections\. Session locks, LISTEN and prepared statements need .* connect to PostgreSQL directly/,
  )
})

it('refuses connections that do not have the settings which they asked for', async () => {
  const database = open(await openTested())
  const connections = await Promise.all(Array.from({ length: 4 }, () => database.client.reserve()))
  for (const connection of connections) {
    await connection`set statement_timeout = 0`
    connection.release()
  }
  await expect(database.requireSessions()).rejects.toThrow('drops statement_timeout of its sessions')
})
