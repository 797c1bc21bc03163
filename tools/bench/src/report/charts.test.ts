import { describe, expect, it } from 'vitest'
import { barChart, lineChart, ticks } from './charts.ts'

describe('the ticks of an axis', () => {
  it.each([
    [97, [0, 25, 50, 75, 100]],
    [100, [0, 25, 50, 75, 100]],
    [0.6, [0, 0.2, 0.4, 0.6]],
    [1234, [0, 500, 1000, 1500]],
  ])('up to %d are round', (max, expected) => {
    expect(ticks(max)).toEqual(expected)
  })

  it('are there for nothing, too', () => {
    expect(ticks(0)).toEqual([0, 1])
    expect(ticks(Number.NEGATIVE_INFINITY)).toEqual([0, 1])
  })
})

it('a bar is as long as its share of the axis', () => {
  const chart = barChart({
    title: 'T',
    axis: 'ms',
    bars: [
      { label: 'half', value: 50 },
      { label: 'all', value: 100 },
    ],
  })
  expect(chart.match(/<rect [^>]*width="([\d.]+%)"/g)?.map(rect => /width="([\d.]+%)"/.exec(rect)?.[1])).toEqual([
    '50.00%',
    '100.00%',
  ])
})

it('a mark beyond every bar is still on the chart', () => {
  const chart = barChart({
    title: 'T',
    axis: 'ms',
    bars: [{ label: 'a', value: 10 }],
    mark: { value: 200, label: 'mark' },
  })
  expect(chart).toContain('x1="100.00%" x2="100.00%" y1="0" y2="40" class="mark"')
})

it('a line goes through its points', () => {
  const chart = lineChart({
    title: 'T',
    xAxis: 's',
    yAxis: 'MiB',
    series: [
      {
        label: 'a',
        points: [
          [0, 0],
          [100, 100],
        ],
      },
    ],
  })
  expect(chart).toContain('points="0.0,200.0 1000.0,0.0"')
})

it('labels can not break out of the page', () => {
  expect(barChart({ title: '<b>', axis: '&', bars: [{ label: '"<i>', value: 1 }] })).not.toMatch(/<b>|<i>/)
})
