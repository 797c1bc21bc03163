#!/bin/bash
# Health check of a container: is-ready [PORT [PATH]]. Exits with 0 when the program answers 200. Without a port, it is the
# one that the program of the container listens on; a program that is no service counts as ready.
# Uses bash, because the slim image has no curl and Node takes long to start.
port=$1
if [ -z "$port" ]; then
  # With --init, process 1 is the init, and its command line has the program's in it.
  case $(tr '\0' ' ' </proc/1/cmdline) in
    *services/gateway/*main.*) port=${GATEWAY_PORT:-8080} ;;
    *services/order-service/*main.*) port=${PORT:-7001} ;;
    *services/payment-service/*main.*) port=${PORT:-7002} ;;
    *services/inventory-service/*main.*) port=${PORT:-7003} ;;
    *) exit 0 ;;
  esac
fi
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/readyz}" >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
