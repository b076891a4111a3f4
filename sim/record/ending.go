package record

// Ending is why a run has ended.
type Ending string

const (
	Done        Ending = "done"        // no leecher was left to complete
	AtDeadline  Ending = "deadline"    // the scenario's deadline was reached
	Starved     Ending = "starved"     // pieces were gone, and every leecher had all others
	Interrupted Ending = "interrupted" // by the caller's context
)
