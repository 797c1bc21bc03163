// For the tests of fault points: goes through all of them, over and over. usage: test-victim.ts <file>
import { writeSync } from 'node:fs'
import { faultPoint, faultPoints, listenForFaultPoints } from './fault-points.ts'

const say = (line: string) => writeSync(1, `${line}\n`)
process.on('SIGURG', () => say('told'))
listenForFaultPoints(process.argv[2] ?? '')
setInterval(() => {
  for (const point of faultPoints) {
    if (point === 'relay.published') say('before relay.published')
    faultPoint(point)
    if (point === 'relay.published') say('after relay.published')
  }
}, 20)
