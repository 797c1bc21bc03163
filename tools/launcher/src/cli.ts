// The launcher's command line: cli.ts <command> [arguments]. infra/bootstrap.mjs starts it under Node 24.
import type { Command } from './commands/command.ts'
import { demoCommand } from './commands/demo.ts'
import { exampleFulfilmentCommand } from './commands/example-fulfilment.ts'
import { runTool } from './commands/run-tool.ts'
import { stackCommand } from './commands/stack.ts'
import { startCommand } from './commands/start.ts'
import { testCommand } from './commands/test.ts'
import { readEnvironment, readSystemFolder, type SystemFolder } from './config.ts'
import { describeFailure } from './failure.ts'
import { stopGuard } from './guard/lock.ts'
import { appDirOf } from './status.ts'

const commands: Record<string, Command> = {
  start: startCommand,
  test: testCommand,
  stack: stackCommand,
  demo: demoCommand,
  dlq: runTool('packages/messaging/src/dlq-cli.ts'),
  audit: runTool('tools/audit/src/cli.ts'),
  faults: runTool('tools/faults/src/cli.ts'),
  cases: runTool('services/payment-service/src/cli/cases-cli.ts'),
  reconcile: runTool('services/payment-service/src/cli/reconcile-cli.ts'),
  refund: runTool('services/gateway/src/refunds/refund-cli.ts'),
  privacy: runTool('services/gateway/src/customers/privacy-cli.ts'),
  bench: runTool('tools/bench/src/cli.ts'),
  recover: runTool('tools/recover/src/cli.ts'),
  'restore-drill': runTool('tools/restore-drill/src/cli.ts'),
  'upgrade-test': runTool('tools/upgrade-test/src/cli.ts'),
  'example:fulfilment': exampleFulfilmentCommand,
  docs: runTool('tools/docs/src/cli.ts'),
  chart: runTool('tools/deployment/src/chart-cli.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const { dir, settingsFolder } = systemFolder()
let stopping = false
const ends: (() => Promise<void>)[] = []

/** The folder of the system. Ends the process where the settings can't be read. */
function systemFolder(): SystemFolder {
  try {
    return readSystemFolder()
  } catch (error) {
    console.error(describeFailure(error))
    process.exit(1)
  }
}

/** Stops everything that this process has started, services first, and ends. May be called at any time. */
async function stop(why: string): Promise<void> {
  if (stopping) return
  stopping = true
  console.error(`\nstopping (${why}) …`)
  await Promise.all(ends.map(end => end()))
  for (const folder of [appDirOf(dir), dir]) {
    await stopGuard(folder, record => record.launcher.pid === process.pid)
  }
  console.error('everything is stopped')
  process.exit(0)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
// infra/bootstrap.mjs holds the other end of this channel.
process.on('disconnect', () => void stop('the parent process is gone'))
process.channel?.unref()

const command = commands[name]
if (command === undefined) {
  console.error(`unknown command: ${name || '(none)'}; there are ${Object.keys(commands).join(', ')}`)
  process.exitCode = 2
} else {
  try {
    const context = {
      dir,
      // An absolute path, for programs that run in another folder.
      env: { ...readEnvironment(settingsFolder), LOCAL_DIR: dir },
      args,
      // A command that fails because it is being stopped prints nothing.
      log: (line: string) => stopping || console.error(line),
      print: (line: string) => stopping || console.log(line),
      onStop: (end: () => Promise<void>) => ends.push(end),
    }
    const code = await command(context)
    if (!stopping) process.exitCode = code
  } catch (error) {
    if (!stopping) {
      console.error(describeFailure(error))
      process.exitCode = 1
    }
  }
  // All work has been awaited; open client connections would only delay the end.
  if (!stopping) process.exit()
}
