// Puts the sample catalogue on sale and ends: the step before the gateway opens.
import { seedInventory } from '../../local-stack/src/app/seed.ts'
import { readConfig } from './config.ts'

try {
  const { inventoryUrl, serviceToken } = readConfig()
  const added = await seedInventory(inventoryUrl, serviceToken)
  console.log(added === 0 ? 'the catalogue is there: nothing to add' : `${added} products added`)
} catch (error) {
  console.error(`seeding the catalogue failed: ${(error as Error).message}`)
  process.exitCode = 1
}
