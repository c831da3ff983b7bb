// socket.io on Node: what a client sends goes to everyone in the room, as its documentation shows.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);
io.on("connection", (socket) => {
  socket.join("room");
  socket.on("message", (message) => io.to("room").emit("message", message));
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
