// Puts the sample catalogue on sale: a step of docker-compose.yml before the gateway starts.
import { seedInventory } from './seed.ts'

/** @throws Error naming the variable that is missing */
function readConfig(env: NodeJS.ProcessEnv = process.env): { inventoryUrl: string; serviceToken: string } {
  const { INVENTORY_SERVICE_URL: inventoryUrl, SERVICE_TOKEN: serviceToken } = env
  if (!inventoryUrl) throw new Error('INVENTORY_SERVICE_URL is not set')
  if (!serviceToken) throw new Error('SERVICE_TOKEN is not set')
  return { inventoryUrl, serviceToken }
}

try {
  const { inventoryUrl, serviceToken } = readConfig()
  const added = await seedInventory(inventoryUrl, serviceToken)
  console.log(added === 0 ? 'the catalogue is complete' : `${added} products added`)
} catch (error) {
  console.error(`seeding the catalogue failed: ${(error as Error).message}`)
  process.exitCode = 1
}
