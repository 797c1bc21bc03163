// A launcher for the guard's tests: starts a guard with two servers, prints their process ids, and waits to be killed.
// usage: test-launcher.ts <dir> [keep]
import { join } from 'node:path'
import { startGuard } from './start-guard.ts'

const [dir = '', keep] = process.argv.slice(2)
const guard = await startGuard(dir, 'test launcher', reason => console.error(reason))
const stubborn = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)"
const pids: number[] = []
for (const [name, source] of [
  ['obedient', 'setInterval(() => {}, 1000)'],
  ['stubborn', stubborn],
] as const) {
  const running = await guard.spawn({
    name,
    command: process.execPath,
    args: ['-e', source],
    cwd: dir,
    env: {},
    logFile: join(dir, 'logs', `${name}.log`),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 500,
    stage: name === 'stubborn' ? 2 : 1,
  })
  pids.push(running.pid)
}
if (keep === 'keep') await guard.keep()
console.log(JSON.stringify(pids))
