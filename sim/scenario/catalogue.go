package scenario

import "time"

// Catalogue lists what scenarios may name from the rest of the program. Package sim fills it in.
type Catalogue struct {
	Chokers     []Named
	Pickers     []Named
	Backlogs    []Named
	EventLoops  []Named
	Assignments []Named
	EndGames    []Named
	Reveals     []Named

	Measures []string // measures of the summary, for expectations

	// Measures of a group of leechers and of a group of seeds, after the prefix groups.NAME.;
	// an * stands for the name of each group.
	GroupMeasures, SeedMeasures []string
	AreaMeasures                []string // measures of a region or a router, likewise

	// These are the functions of the same names in package backlog. All may be nil.
	ScaleDefaults  func(settings any, blocks int, given func(setting string) bool)
	MaxOutstanding func(settings any, trip time.Duration) int
	RefillBatch    func(settings any) int
}

// Named is a strategy that scenarios may name.
type Named struct {
	Name     string
	About    string
	Defaults func() any // returns a pointer to a struct of its settings
}

// strategyKind is a kind of strategies, named by the kind tag of a field.
type strategyKind struct {
	noun  string // in messages
	known func(*Catalogue) []Named
}

var strategyKinds = map[string]strategyKind{
	"choker":     {"choker", func(c *Catalogue) []Named { return c.Chokers }},
	"picker":     {"picker", func(c *Catalogue) []Named { return c.Pickers }},
	"backlog":    {"backlog rule", func(c *Catalogue) []Named { return c.Backlogs }},
	"event_loop": {"event loop", func(c *Catalogue) []Named { return c.EventLoops }},
	"assignment": {"assignment rule", func(c *Catalogue) []Named { return c.Assignments }},
	"end_game":   {"end game", func(c *Catalogue) []Named { return c.EndGames }},
	"reveal":     {"reveal strategy", func(c *Catalogue) []Named { return c.Reveals }},
}

// Of lists the strategies of a kind, which is the kind tag of a Strategy field.
func (c *Catalogue) Of(kind string) []Named { return strategyKinds[kind].known(c) }
