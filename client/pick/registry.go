package pick

// Strategy is a picker by name.
type Strategy struct {
	Name     string
	About    string                    // one line for people
	Defaults func() any                // pointer to its settings
	New      func(settings any) Picker // settings as Defaults returns them
}

// Strategies lists every picker. A new one adds its line here.
func Strategies() []Strategy {
	return []Strategy{
		rarestFirst, globalRarest, random, sequential,
		window, bitos, portion, zipf,
		suggested, pipeline,
	}
}
