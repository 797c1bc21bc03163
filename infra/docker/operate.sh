#!/bin/sh
# Runs an operator command in a container: operate COMMAND [ARGUMENTS]. The programs are those of `npm run COMMAND`. In a
# container of the gateway or of payment-service, a command calls that container's own service.
set -eu
usage='usage: operate audit|cases|dlq|privacy|reconcile|recover|refund [ARGUMENTS]; operate COMMAND --help explains one'
if [ $# = 0 ]; then
  echo "$usage" >&2
  exit 2
fi
command=$1
shift
case $command in
  audit) program=tools/audit/src/cli.ts ;;
  cases) program=services/payment-service/src/cli/cases-cli.ts ;;
  dlq) program=packages/messaging/src/dlq-cli.ts ;;
  privacy) program=services/gateway/src/customers/privacy-cli.ts ;;
  reconcile) program=services/payment-service/src/cli/reconcile-cli.ts ;;
  recover) program=tools/recover/src/cli.ts ;;
  refund) program=services/gateway/src/refunds/refund-cli.ts ;;
  *)
    echo "$usage" >&2
    exit 2
    ;;
esac
case $command in
  cases | reconcile) export PAYMENT_SERVICE_URL="${PAYMENT_SERVICE_URL:-http://127.0.0.1:${PORT:-7002}}" ;;
  privacy | refund) [ -z "${GATEWAY_PORT:-}" ] || export PUBLIC_URL="http://127.0.0.1:$GATEWAY_PORT" ;;
esac
exec run-node "/app/$program" "$@"
