# Ruby's gRPC library with its own health service, which knows Check and nothing else.
#
# Prints `listening HOST:PORT`, takes `set NAME STATUS` and `quit` on standard input and answers
# each with a line, and leaves when its standard input closes.

require "grpc"
require "grpc/health/checker"

STATUSES = Grpc::Health::V1::HealthCheckResponse::ServingStatus

health = Grpc::Health::Checker.new
health.add_status("", STATUSES::SERVING)
health.add_status("shop.Cart", STATUSES::SERVING)
health.add_status("shop.Down", STATUSES::NOT_SERVING)

server = GRPC::RpcServer.new
port = server.add_http2_port("127.0.0.1:0", :this_port_is_insecure)
server.handle(health)

Thread.new do
  while (line = $stdin.gets)
    verb, name, status = line.split
    break if verb == "quit"
    health.set_status(name == '""' ? "" : name, STATUSES.const_get(status))
    puts "ok"
    $stdout.flush
  end
  server.stop
end

server_is_up = Thread.new do
  server.wait_till_running
  puts "listening 127.0.0.1:#{port}"
  $stdout.flush
end
server.run
server_is_up.join
