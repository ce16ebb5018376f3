package org.espalier.jobs.config;

import org.espalier.search.SeedRule;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.structure.BatchNorms;

/** The ways of a bee colony: its settings, and how it makes networks of codes. */
public enum AbcPreset {
  /** This project's own. */
  STANDARD,
  /** ABCPruner's paper. */
  PAPER,
  /** The code of ABCPruner's authors. */
  OFFICIAL_CODE;

  BeeColony colony() {
    return switch (this) {
      case STANDARD -> BeeColony.standard();
      case PAPER -> BeeColony.paper();
      case OFFICIAL_CODE -> BeeColony.officialCode();
    };
  }

  FilterRule filters() {
    return this == OFFICIAL_CODE ? FilterRule.RANDOM_BUT_LAST : FilterRule.RANDOM;
  }

  BatchNorms batchNorm() {
    return this == OFFICIAL_CODE ? BatchNorms.FRESH : BatchNorms.INHERITED;
  }

  InitialRule initial() {
    return this == STANDARD ? InitialRule.UNIFORM : InitialRule.RANDOM;
  }

  /** Returns what evaluations' seeds are made of. */
  public SeedRule seeds() {
    return this == OFFICIAL_CODE ? SeedRule.EVALUATION : SeedRule.CODE;
  }
}
