import { expect, it } from 'vitest'
import { routesOf } from './routes-of.ts'

it('names every route with its whole path', () => {
  const printed = `├── /orders (POST, GET, HEAD)
│   └── /:orderId (GET, HEAD)
│       ├── /cancel (POST)
│       └── /status (GET, HEAD)
└── /batch (POST)
`
  expect(routesOf(printed).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /orders',
    'GET /orders',
    'GET /orders/:orderId',
    'POST /orders/:orderId/cancel',
    'GET /orders/:orderId/status',
    'POST /batch',
  ])
})
