"""From the free text of feeds about whom a service is for to rules that a person may confirm."""
