// Package registry lists strategies by name: chokers, piece pickers, request rules and every
// other kind that a scenario can choose.
//
// A kind of strategy is an interface in a package of its own, for example choke.Choker. Each
// strategy is one file of that package, which declares an Entry. The package lists its entries
// in one function:
//
//	func Strategies() registry.List[Choker] {
//		return []Strategy{titForTat, roundRobin}
//	}
//
// A new strategy therefore needs one new file and one new line. Package sim reads the list to
// tell the scenario language which names and settings exist, and creates strategies with
// List.New. Command swarmsim prints the names and descriptions. Package registrytest checks the
// entries of a list and draws settings for conformance suites.
//
// A list is a plain value: nothing registers itself from an init function, so the order is that
// of the source, and two lists never share state.
package registry

// Entry is one strategy: its name, its description, its settings and its constructor. T is the
// interface that strategies of this kind implement.
type Entry[T any] struct {
	// Name identifies the strategy in scenarios: lower case, words joined by hyphens.
	Name string

	// About describes the strategy in one line of `swarmsim list`: what it does, and which
	// client or paper it comes from.
	About string

	// Defaults returns a pointer to a new struct that holds the default settings. The fields
	// may be int, int64, float64, bool, string or time.Duration. Their tags define them in the
	// scenario language: json is the name, jsonschema the description, and min, max and oneof
	// limit the values.
	Defaults func() any

	// New creates a strategy. The settings are a pointer of the type that Defaults returns and
	// are within the limits of their tags. New copies what it needs: the caller may change the
	// settings afterwards and create further strategies from them.
	New func(settings any) T
}

// NewDefault creates the strategy with its default settings.
func (e Entry[T]) NewDefault() T { return e.New(e.Defaults()) }

// List holds all strategies of a kind, in the order in which they are shown to users.
type List[T any] []Entry[T]

// Find returns the entry with the given name and reports whether there is one.
func (l List[T]) Find(name string) (entry Entry[T], ok bool) {
	for _, e := range l {
		if e.Name == name {
			return e, true
		}
	}
	return Entry[T]{}, false
}

// New creates the strategy with the given name. It panics if the list has no such name:
// scenarios are checked before a run starts, so an unknown name is a programming error.
func (l List[T]) New(name string, settings any) T {
	e, ok := l.Find(name)
	if !ok {
		panic("registry: no strategy " + name)
	}
	return e.New(settings)
}

// NewDefault creates the strategy with the given name and its default settings. It panics if
// the list has no such name.
func (l List[T]) NewDefault(name string) T {
	e, ok := l.Find(name)
	if !ok {
		panic("registry: no strategy " + name)
	}
	return e.NewDefault()
}

// Names returns the names of all strategies, in their order.
func (l List[T]) Names() []string {
	var out []string
	for _, e := range l {
		out = append(out, e.Name)
	}
	return out
}
