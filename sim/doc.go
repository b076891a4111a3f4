// Package sim plays a scenario: it populates a world of hosts with the real
// client and tracker, has the engine play it, and writes the record.
//
// This is where client, tracker, netem and scenario meet, which do not know one
// another. cmd/swarmsim calls Run; reports reads what Run has written.
//
// run.go is the way through; node.go puts a client on a host; trackernode.go a
// tracker; watch.go looks at everybody between windows.
package sim
