package reveal

import "swarmsim/registry"

// Entry is a strategy with its name, description and settings.
type Entry = registry.Entry[Strategy]

// Strategies lists the reveal strategies that a scenario can name.
func Strategies() registry.List[Strategy] {
	return []Entry{allEntry, superSeedingEntry, smartSeedEntry}
}

// noSettings are those of a strategy that has none.
func noSettings() any { return &struct{}{} }
