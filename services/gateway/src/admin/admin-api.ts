import type { HttpApp } from '@alipay-checkout/service-kit'
import { addCases } from '../cases/routes.ts'
import { addProductAdministration } from '../catalogue/routes.ts'
import { addPersonalData } from '../customers/routes.ts'
import type { Dependencies } from '../dependencies.ts'
import { addOrderAdministration } from '../orders/admin-routes.ts'
import { addRefunds } from '../refunds/routes.ts'
import { addShipments } from '../shipments/routes.ts'
import { addAdminRoute } from './admin-route.ts'
import { composedRoutes } from './composed-routes.ts'
import { addTimeline } from './read-timeline.ts'
import { forwardedRoutes } from './routes.ts'

/** Every route under `/api/admin/`: for scripts with a token on the public port, for the console with its session. */
export function addAdminApi(app: HttpApp, dependencies: Dependencies): void {
  addOrderAdministration(app, dependencies)
  addProductAdministration(app, dependencies)
  addRefunds(app, dependencies)
  addShipments(app, dependencies)
  addCases(app, dependencies)
  addTimeline(app, dependencies)
  addPersonalData(app, dependencies)
  for (const route of [...forwardedRoutes, ...composedRoutes]) addAdminRoute(app, dependencies, route)
}
