package pick

import "swarmsim/registry"

// Strategy is a picker with its name, description and settings.
type Strategy = registry.Entry[Picker]

// Strategies lists every picker. A new one adds its line here.
func Strategies() registry.List[Picker] {
	return []Strategy{
		rarestFirst, globalRarest, random, sequential,
		window, bitos, portion, zipf,
		suggested, pipeline,
	}
}
