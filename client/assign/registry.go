package assign

import "swarmsim/registry"

// RuleEntry is an assignment rule with its name, description and settings.
type RuleEntry = registry.Entry[Rule]

// EndGameEntry is an end game with its name, description and settings.
type EndGameEntry = registry.Entry[EndGame]

// Rules lists the assignment rules that a scenario can name.
func Rules() registry.List[Rule] {
	return []RuleEntry{
		strictEntry, exclusiveEntry, contiguousEntry, fewestOpenEntry, rarestEntry, pickerDrivenEntry,
	}
}

// EndGames lists the end games that a scenario can name.
func EndGames() registry.List[EndGame] {
	return []EndGameEntry{
		endGameOffEntry, singleDuplicateEntry, maxTwoEntry, broadcastEntry, stealEntry, strictEndGameEntry,
	}
}

// noSettings are those of a strategy that has none.
func noSettings() any { return &struct{}{} }
