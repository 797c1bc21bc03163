export { actorOf } from '@alipay-checkout/service-kit'
