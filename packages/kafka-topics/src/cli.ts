// Creates the topics on the brokers of KAFKA_BROKERS and ends. A deployment runs it before the services.
import { readConfig } from './config.ts'
import { createTopics, topicPlans } from './index.ts'

try {
  const { kafka, ...options } = readConfig()
  await createTopics(kafka, options)
  console.log(`topics exist: ${topicPlans.map(plan => plan.topic).join(', ')}`)
} catch (error) {
  console.error(`creating the topics failed: ${(error as Error).message}`)
  process.exitCode = 1
}
