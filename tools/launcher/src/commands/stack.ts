import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runningGuard, stopGuard } from '../guard/lock.ts'
import { openStack } from '../open-stack.ts'
import { step } from '../progress.ts'
import { appDirOf, readStatus } from '../status.ts'
import type { Command, CommandContext } from './command.ts'

const usage = `usage: npm run stack -- <up|down|reset|status> [--json]
  up      start the servers in the background
  down    stop the servers, and the services if they run; the data stays
  reset   stop the servers and delete all data
  status  show what runs, and at which addresses`

/** Deleted by a reset: everything except downloaded programs. */
const wiped = ['postgres', 'kafka', 'redis', 'alipay', 'app', 'logs', 'addresses.json', 'ports.json', 'secrets.json']

/** `npm run stack -- up|down|reset|status`: the servers without the services. */
export const stackCommand: Command = async context => {
  const [action] = context.args
  switch (action) {
    case 'up':
      return up(context)
    case 'down':
      return down(context)
    case 'reset':
      return reset(context)
    case 'status':
      return status(context)
    default:
      context.log(usage)
      return 2
  }
}

async function up(context: CommandContext): Promise<number> {
  const { dir, env, log } = context
  const holder = runningGuard(dir)
  if (holder === undefined) {
    const stack = await openStack({ dir, env, log, label: 'npm run stack' })
    await stack.keep()
  } else log(`already up (${holder.label})`)
  return status(context)
}

async function down({ dir, log }: CommandContext): Promise<number> {
  const app = await step(log, 'Stopping the services', () => stopGuard(appDirOf(dir)))
  const stack = await step(log, 'Stopping the servers', () => stopGuard(dir))
  if (app === undefined && stack === undefined) log('nothing was running')
  return 0
}

async function reset(context: CommandContext): Promise<number> {
  const { dir, log } = context
  const app = runningGuard(appDirOf(dir))
  if (app !== undefined) {
    log(`✖ ${app.label} is running (process ${app.launcher.pid}): stop it first, then reset`)
    return 1
  }
  await down(context)
  for (const name of wiped) rmSync(join(dir, name), { recursive: true, force: true })
  log('✔ all data deleted; downloaded programs are kept')
  return 0
}

async function status({ dir, env, args, print }: CommandContext): Promise<number> {
  const found = readStatus(dir, env)
  if (args.includes('--json')) {
    print(JSON.stringify(found, null, 2))
    return 0
  }
  print(`servers   ${found.stack}`)
  for (const [name, value] of Object.entries(found.addresses)) print(`  ${name.padEnd(24)}${value}`)
  print(`services  ${found.services}`)
  for (const [name, value] of Object.entries(found.urls ?? {})) print(`  ${name.padEnd(24)}${value}`)
  for (const [name, value] of Object.entries(found.alipay ?? {})) print(`  alipay ${name.padEnd(17)}${value}`)
  return 0
}
