// Package adversary makes peers misbehave: it stands between an ordinary client and the network,
// and changes what the one hears and the other sees. The client itself has no code for that.
//
// Package sim makes an Adversary for each peer whose group misbehaves and passes it the events of
// the host instead of the client:
//
//	a := adversary.New(peer, behaviour, torrent, random)
//	actions = a.Step(now, event, actions[:0]) // instead of peer.Step
//	at := a.NextTick()                        // instead of peer.NextTick
//	corrupt := a.IsCorrupt(i)                 // whether actions[i] carries a corrupt block
//
// The kinds of misbehaviour are independent of each other, and each has a file: corrupt blocks
// (corrupt.go), claims to have missing pieces and silence about pieces (misreport.go), answers to
// requests for claimed pieces (reply.go), a limit on the rate to each neighbour (trickle.go) and
// announces that are more frequent than the tracker allows (announce.go).
//
// All random draws come from a stream that belongs to the adversary, so that the client draws
// what it would draw without one.
package adversary
