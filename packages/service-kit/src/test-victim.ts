// For the tests of fault points: goes through all of them, over and over. usage: test-victim.ts <file>
import { writeSync } from 'node:fs'
import { faultPoint, faultPoints, listenForFaultPoints } from './fault-points.ts'

const say = (line: string) => writeSync(1, `${line}\n`)
listenForFaultPoints(process.argv[2] ?? '')
process.on('SIGUSR2', () => say('armed'))
say('listening')
setInterval(() => {
  for (const point of faultPoints) {
    say(`before ${point}`)
    faultPoint(point)
    say(`after ${point}`)
  }
}, 20)
