package record

// Outcome is how a peer's time in the swarm ended.
type Outcome string

const (
	Stayed       Outcome = "stayed"     // present at the end of the run
	Left         Outcome = "left"       // as its group's stay, its quota or an event says
	GaveUp       Outcome = "gave-up"    // left without the content
	Crashed      Outcome = "crashed"    // departed without closing its connections
	NeverArrived Outcome = "never-came" // an event removed it before its arrival; in the event log only
)
