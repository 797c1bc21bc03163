/** What the seeding step is told by the environment. @throws Error naming the variable that is missing */
export function readConfig(env: NodeJS.ProcessEnv = process.env): { inventoryUrl: string; serviceToken: string } {
  const { INVENTORY_SERVICE_URL: inventoryUrl, SERVICE_TOKEN: serviceToken } = env
  if (!inventoryUrl) throw new Error('INVENTORY_SERVICE_URL is not set')
  if (!serviceToken) throw new Error('SERVICE_TOKEN is not set')
  return { inventoryUrl, serviceToken }
}
