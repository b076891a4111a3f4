// Package observe writes what one live client sees of a real swarm as the record of a run (package
// sim/record), so that package reports draws a real download as it draws a simulated one. The commands
// swarmsim get and swarmsim seed call it for --record.
//
//	r := observe.New(create, observe.Options{Name: meta.Name})
//	t, err := session.Add(meta, live.Options{Trace: r, ...})
//	r.Follow(t)
//	...
//	r.Sample()                        // the last one, before the connections are closed
//	err = session.Close(ctx)
//	summary, err := r.Write(complete) // after the torrent has stopped
//
// # What the record has
//
// Peer 1, of the group "client", is the client. The other peers are its neighbours, each from the first
// connection to the last: in the group "seeds" those that had all pieces when they first announced any,
// in the group "leechers" the others. Numbers of copies are those that the neighbours have announced,
// with the client's own. What a neighbour exchanges with others, and when it began, is unknown: in
// peers.csv its bytes are those exchanged with the client, and it never completes. client.csv has the
// client's own state over time. Bytes on the links are those of the protocol's messages, without the
// headers of TCP and IP.
//
// # Limits
//
// The clock starts when the files have been checked. Samples are taken ten times a second; where there
// are many, two are joined to one, so that memory and files are bounded however long the torrent is
// played. At most maxNeighbours neighbours are listed.
package observe
