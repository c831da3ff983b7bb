// Bun's own WebSockets: what a client sends is published to the topic that everyone listens to. Compression is off, as
// it is by default.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("a WebSocket is wanted", { status: 400 })),
  websocket: {
    open: (socket) => socket.subscribe("room"),
    message: (_, text) => server.publish("room", text),
  },
});
console.log(server.port);
