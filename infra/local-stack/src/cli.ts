// The launcher's command line: cli.ts <command> [arguments]. infra/bootstrap.mjs starts it under Node 24.
import type { Command } from './commands/command.ts'
import { stackCommand } from './commands/stack.ts'
import { readEnvironment } from './config.ts'
import { describeFailure } from './failure.ts'
import { stopGuard } from './guard/stop-guard.ts'
import { localDir, repositoryRoot } from './paths.ts'
import { appDirOf } from './status.ts'

const commands: Record<string, Command> = { stack: stackCommand }

const [name = '', ...args] = process.argv.slice(2)
let stopping = false

/** Ends orderly, at whatever point we are: the guards that we started stop their processes, services first. */
async function stop(why: string): Promise<void> {
  if (stopping) return
  stopping = true
  console.error(`\nstopping (${why}) …`)
  for (const dir of [appDirOf(localDir), localDir]) {
    await stopGuard(dir, record => record.launcher.pid === process.pid)
  }
  console.error('everything is stopped')
  process.exit(0)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
// The bootstrap that started us holds the other end.
process.on('disconnect', () => void stop('the parent process is gone'))
process.channel?.unref()

const command = commands[name]
if (command === undefined) {
  console.error(`unknown command: ${name || '(none)'}; there are ${Object.keys(commands).join(', ')}`)
  process.exitCode = 2
} else {
  try {
    const context = {
      dir: localDir,
      env: readEnvironment(repositoryRoot),
      args,
      log: (line: string) => console.error(line),
      print: (line: string) => console.log(line),
    }
    const code = await command(context)
    if (!stopping) process.exitCode = code
  } catch (error) {
    if (!stopping) {
      console.error(describeFailure(error))
      process.exitCode = 1
    }
  }
  // Connections of clients may linger: what had to be awaited has been.
  if (!stopping) process.exit()
}
